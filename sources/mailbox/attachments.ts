import type { FetchMessageObject, MessageStructureObject } from 'imapflow';
import type { Bilingual } from '../../domain/words';
import type { Found } from '../delivered/month-plan';
import { isPlainName, shownName } from '../delivered/names';

/** An attachment of a mail that was received. */
export interface Attachment extends Found {
  readonly uid: number;
  /** Its number in the mail, as `2` or `2.1`. */
  readonly part: string;
  readonly fileName: string;
  /** How its bytes are written down in the mail. */
  readonly encoding: string;
  /** As they travel. */
  readonly bytes: number;
  /** Why it is not to be read. */
  readonly refused?: Bilingual;
}

const LEAVES: Bilingual = { zh: '的名称含有路径或无法辨认', en: 'has a name that is a path, or cannot be read' };

/**
 * The attachments of a mail that have a name, those of a mail that is attached among them. The key holds the server's numbers: the same
 * attachment sent twice is two.
 */
export function attachmentsOf(mail: FetchMessageObject, numbering: string): Attachment[] {
  const { uid, envelope, internalDate, bodyStructure } = mail;
  if (bodyStructure === undefined) return [];
  const at = new Date(internalDate ?? 0);
  // A slash cannot stand in a pattern of subjects.
  const subject = (envelope?.subject ?? '').replaceAll('/', '-').trim();
  return leavesOf(bodyStructure).flatMap((leaf) => {
    const name = nameOf(leaf);
    if (name === undefined) return [];
    const part = leaf.part ?? '1';
    const fileName = shownName(name);
    return {
      ...{ uid, part, fileName, at },
      key: `${fileName} (${numbering}.${String(uid)}.${part})`,
      names: [subject, name.split(/[/\\]/).at(-1) ?? ''],
      encoding: (leaf.encoding ?? '').toLowerCase(),
      bytes: leaf.size ?? 0,
      ...(isPlainName(name) ? {} : { refused: LEAVES }),
    };
  });
}

export function sendersOf({ envelope }: FetchMessageObject): string[] {
  return (envelope?.from ?? []).map(({ address }) => address ?? '');
}

function leavesOf(node: MessageStructureObject): MessageStructureObject[] {
  return node.childNodes === undefined ? [node] : node.childNodes.flatMap((child) => leavesOf(child));
}

function nameOf({ dispositionParameters, parameters }: MessageStructureObject): string | undefined {
  const name = dispositionParameters?.['filename'] ?? parameters?.['name'];
  return name === undefined || name.trim() === '' ? undefined : name.trim();
}
