import fc from 'fast-check';
import { canonicalText } from '../../domain/canonical';

test('names are sorted, nothing is spaced, nesting is kept', () => {
  expect(canonicalText({ b: [1, { z: null, a: true }], a: '甲"\n', '€': '', $: -0 })).toBe(
    '{"$":0,"a":"甲\\"\\n","b":[1,{"a":true,"z":null}],"€":""}',
  );
});

test('the order in which names were set does not matter, and the text reads back as the value', () => {
  const value = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null)));
  fc.assert(
    fc.property(value, (object) => {
      const reversed = Object.fromEntries(Object.entries(object).reverse());
      expect(canonicalText(reversed)).toBe(canonicalText(object));
      expect(canonicalText(JSON.parse(canonicalText(object)) as never)).toBe(canonicalText(object));
    }),
  );
});

test.each([0.1, 1e21, Number.NaN, Number.POSITIVE_INFINITY, undefined, 1n])('%s has no canonical text', (value) => {
  expect(() => canonicalText({ value } as never)).toThrow(TypeError);
});
