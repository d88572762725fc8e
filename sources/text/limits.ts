/** The database indexes references; a longer one is none. */
export const REFERENCE_BYTES_MAX = 200;
export const TEXT_BYTES_MAX = 10_000;
