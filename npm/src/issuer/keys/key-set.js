// A key set in memory. The module keeps its keys, and the host's WebCrypto keeps the imported ones.

export class KeySet {
  #uses = 0;
  #isRetired = false;

  /** `core` are the keys in the module, which `text` was read into. */
  constructor(core, text) {
    this.core = core;
    this.text = text;
    /** The imported keys: algorithm and index → CryptoKey. They are dropped together with the set. */
    this.imported = new Map();
  }

  /** Keeps the keys in the module until `release`, even if a new set replaces this one. */
  hold() {
    this.#uses += 1;
  }

  release() {
    this.#uses -= 1;
    this.#freeIfUnused();
  }

  /** Frees the keys as soon as nothing holds them. */
  retire() {
    this.#isRetired = true;
    this.#freeIfUnused();
  }

  #freeIfUnused() {
    if (this.#isRetired && this.#uses === 0) this.core.free();
  }
}
