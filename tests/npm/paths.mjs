// Paths of the machine that built something, which what is shipped must not hold.
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const homes = ["/root/", "/home/", "/Users/", "/tmp/", "C:\\Users\\"];
const places = [...homes, root, homedir(), process.env.CARGO_HOME, ".cargo/", ".rustup/"].filter(
  (place) => place?.length > 2,
);

/** Those that `text` holds, each with what stands around it. */
export const machinePaths = (text) =>
  places
    .filter((place) => text.includes(place))
    .map((place) => text.slice(text.indexOf(place), text.indexOf(place) + 100));
