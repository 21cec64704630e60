/** The length in bytes of the longest token that is read unless an option says otherwise: `MAX_LENGTH` of src/token/mod.rs. */
export const LONGEST_TOKEN = 8192;
