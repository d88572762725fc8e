/** SQL: a reference as it is compared (see domain/reference.ts), where a key has not been made of it when its row came in. */
export const foldedReference = (text: string): string => `upper(translate(normalize(${text}, NFKC), '- ', ''))`;

/** SQL: a name as it is compared: width and case folded. */
export const foldedName = (text: string): string => `upper(normalize(${text}, NFKC))`;
