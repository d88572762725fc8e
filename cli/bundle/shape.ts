import { damaged } from './archive';

/** What a field has to be: a word of `typeof`, or one of several. */
export type FieldType = 'string' | 'number' | 'boolean' | 'object' | 'string?' | 'number?' | 'strings';

/** A value that has at least these fields of these types. @throws Problem BUNDLE_UNREADABLE naming the member and the field */
export function shapeOf<T>(member: string, value: unknown, fields: { readonly [K in keyof T]: FieldType }): T {
  if (typeof value !== 'object' || value === null) damaged(member, 'no JSON object');
  const record = value as Record<string, unknown>;
  for (const [name, type] of Object.entries(fields)) {
    if (!fits(record[name], type as FieldType)) damaged(member, `field ${name}`);
  }
  return value as T;
}

function fits(value: unknown, type: FieldType): boolean {
  switch (type) {
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'object':
      return typeof value === 'object' && value !== null;
    case 'string?':
    case 'number?':
      return value === null || typeof value === type.slice(0, -1);
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'number':
      return Number.isSafeInteger(value);
  }
}
