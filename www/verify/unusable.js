/** The reader's input cannot be used as a key; the message says why and what to enter. */
export class Unusable extends Error {
  name = "Unusable";
}
