const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;

/**
 * Gives every file in a zip the same time, so that equal contents are equal bytes. For archives as workbook writers make them: no
 * comment at the end, no zip64.
 * @param at ISO 8601; stored in UTC, to two seconds, not before 1980
 */
export function stampZip(zip: Buffer, at: string): Buffer {
  const stamped = Buffer.from(zip);
  const end = stamped.length - END_LENGTH;
  if (stamped.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error('no zip directory at the end');
  const { time, date } = dosTime(new Date(at));
  const entries = stamped.readUInt16LE(end + 10);
  let entry = stamped.readUInt32LE(end + 16);
  for (let number = 0; number < entries; number++) {
    if (stamped.readUInt32LE(entry) !== DIRECTORY_ENTRY) throw new Error('a zip directory entry is missing');
    const local = stamped.readUInt32LE(entry + 42);
    stamped.writeUInt16LE(time, entry + 12);
    stamped.writeUInt16LE(date, entry + 14);
    stamped.writeUInt16LE(time, local + 10);
    stamped.writeUInt16LE(date, local + 12);
    entry += ENTRY_LENGTH + [28, 30, 32].reduce((sum, at16) => sum + stamped.readUInt16LE(entry + at16), 0);
  }
  return stamped;
}

function dosTime(at: Date): { time: number; date: number } {
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: ((Math.max(at.getUTCFullYear(), 1980) - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  };
}
