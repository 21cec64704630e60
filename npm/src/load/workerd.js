// Cloudflare's runtime compiles modules ahead of time; there it is imported.
import module from "../../wasm/portcullis.wasm";
import { initSync } from "../../wasm/portcullis.js";
import { apiOf } from "../api.js";

export const { decode, expiresAt, generateKey, inspect, isExpired, publicKey, secondsLeft, secretKey, sign, Signer, verify, Verifier } =
  apiOf(initSync({ module }));
