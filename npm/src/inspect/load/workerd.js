// Cloudflare's runtime compiles modules ahead of time; there it is imported.
import module from "../../../wasm/inspect.wasm";
import { inspectorOf } from "../of.js";

export const { decode, expiresAt, inspect, isExpired, secondsLeft } = inspectorOf(module);
