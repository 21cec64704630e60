// Node, and what is like it: the module is read from its file.
import { initSync } from "../../wasm/portcullis.js";
import packed from "../../wasm/portcullis_inline.js";
import { apiOf } from "../api.js";
import { readerOf } from "./buffer.js";
import { read } from "./file.js";

const module = read(() => new URL("../../wasm/portcullis.wasm", import.meta.url), packed);
export const { decode, expiresAt, generateKey, inspect, isExpired, publicKey, secondsLeft, secretKey, sign, Signer, verify, Verifier } =
  apiOf(initSync({ module }), readerOf);
