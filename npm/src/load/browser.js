// Browsers and bundlers: the module stands in the source, so that there is
// nothing to fetch and nothing to wait for.
import { initSync } from "../../wasm/portcullis.js";
import packed from "../../wasm/portcullis_inline.js";
import { apiOf } from "../api.js";
import { compile } from "./compile.js";

export const { decode, expiresAt, generateKey, inspect, isExpired, publicKey, secondsLeft, secretKey, sign, Signer, verify, Verifier } =
  apiOf(initSync({ module: compile(packed) }));
