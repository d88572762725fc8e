import { tableOf } from './profile-fields';
import type { Profile } from './profile';
import { oneOf } from './settings-checks';
import type { SettingsReader } from './settings-reader';
import type { FactRelation } from './words';

const MOST_WORDS = 200;

/** A word of a file as it is compared: width and case folded. */
export function foldWord(word: string): string {
  return word.normalize('NFKC').trim().toLowerCase();
}

/** `words: {type: {消费: payment, 退货: refund}}` */
export function readWords(section: SettingsReader, relation: FactRelation | null): Profile['words'] {
  const worded = relation === null ? [] : tableOf(relation).columns.filter((column) => column.words !== undefined);
  const words: Record<string, (readonly [string, string])[]> = {};
  for (const { name, words: ours = {} } of worded) {
    const part = section.section(name);
    const given = part.keys();
    if (given.length > MOST_WORDS)
      part.fault(section.lineOf(name), '', `至多 ${MOST_WORDS} 个词`, `at most ${MOST_WORDS} words`);
    if (given.length > 0) words[name] = given.map((word) => [word, part.text(word, oneOf(Object.keys(ours)))] as const);
    part.done();
  }
  if (relation !== null) section.done();
  return words;
}
