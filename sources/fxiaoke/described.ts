import { isObject, type Json } from '../records';

/** A field of an object, as `describe` tells it. */
export interface Field {
  readonly name: string;
  readonly label: string;
  /** Of a coded field: value and label of each option. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

export type Fields = ReadonlyMap<string, Field>;

/** Reads `data.describe.fields`; what is not as documented is left out. */
export function fieldsOf(described: Json): Fields {
  const fields = new Map<string, Field>();
  for (const [name, said] of isObject(described) ? Object.entries(described) : []) {
    if (!isObject(said)) continue;
    const { label, options } = said;
    fields.set(name, { name, label: typeof label === 'string' ? label : name, options: optionsOf(options) });
  }
  return fields;
}

function optionsOf(options: Json | undefined): Field['options'] {
  if (!Array.isArray(options)) return [];
  return (options as readonly Json[]).flatMap((option) => {
    if (!isObject(option)) return [];
    const { value, label } = option;
    return typeof value === 'string' && typeof label === 'string' ? [{ value, label }] : [];
  });
}

/** The field a path begins with, without the ending of what is derived from it. */
export function fieldNamed(fields: Fields, name: string): Field | undefined {
  return fields.get(name) ?? fields.get(name.replace(/__[rlo]$/, ''));
}
