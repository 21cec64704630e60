// Paths of the build machine, which no shipped file may contain.
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const homes = ["/root/", "/home/", "/Users/", "/tmp/", "C:\\Users\\"];
const places = [...homes, root, homedir(), process.env.CARGO_HOME, ".cargo/", ".rustup/"].filter(
  (place) => place?.length > 2,
);

/** The paths in `text`, each with the text around it. */
export const machinePaths = (text) =>
  places
    .filter((place) => text.includes(place))
    .map((place) => text.slice(text.indexOf(place), text.indexOf(place) + 100));
