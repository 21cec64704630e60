/** Why what the reader entered cannot be used as a key, in words; `field` is where it was entered. */
export class Unusable extends Error {
  name = "Unusable";
}
