import type { ArchiveEntry } from '../wire/archive';
import { cutElements } from './elements';
import { workbookTooLarge } from './refusal';
import { textOfRuns } from './xml-text';

/** Characters of all strings together, which are held in memory. */
const CHARS_MAX = 40_000_000;
const STRINGS_MAX = 3_000_000;

/** The strings that cells name by their place. @throws FileRefused WRONG_KIND, WORKBOOK_TOO_LARGE */
export async function readStrings(entry: ArchiveEntry | undefined): Promise<readonly string[]> {
  const strings: string[] = [];
  if (entry === undefined) return strings;
  let chars = 0;
  for await (const items of cutElements(entry.read(), 'si', 'sst')) {
    for (const { inner } of items) {
      const text = textOfRuns(inner);
      chars += text.length;
      strings.push(ownCopy(text));
    }
    if (chars > CHARS_MAX || strings.length > STRINGS_MAX) throw workbookTooLarge();
  }
  return strings;
}

/** A piece of a text keeps all of the text in memory; its copy does not. */
function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
