export { cacheApiStore } from "./store/cache-api.js";
export { kvStore } from "./store/kv.js";
export { memoryStore } from "./store/memory.js";
