// Node, and what is like it: the module is read from its file.
import { readFileSync } from "node:fs";
import { initSync } from "../../wasm/portcullis.js";
import { apiOf } from "../api.js";
import { readerOf } from "./buffer.js";

const file = new URL("../../wasm/portcullis.wasm", import.meta.url);
export const { decode, expiresAt, generateKey, inspect, isExpired, publicKey, secondsLeft, secretKey, sign, Signer, verify, Verifier } =
  apiOf(initSync({ module: readFileSync(file) }), readerOf);
