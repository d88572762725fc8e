const DAY_SECONDS = 86_400;

/**
 * The clocks of one IANA zone, quick enough to be asked for every row of a file: the offset of a whole day is looked up
 * once and remembered.
 */
export class ZoneClock {
  private readonly format: Intl.DateTimeFormat;
  /** By UTC day: the offset in seconds, or null when the clocks change on that day. */
  private readonly offsetOfUtcDay = new Map<number, number | null>();

  constructor(readonly zone: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  }

  /** Seconds east of UTC at an instant, in seconds since 1970. */
  offsetAt(epoch: number): number {
    return this.wholeUtcDay(Math.floor(epoch / DAY_SECONDS)) ?? this.lookUp(epoch);
  }

  /** The offset that holds through a local day, in days since 1970; null when the clocks change around it. */
  offsetOfDay(day: number): number | null {
    const before = this.wholeUtcDay(day - 1);
    if (before === null || before !== this.wholeUtcDay(day) || before !== this.wholeUtcDay(day + 1)) return null;
    return before;
  }

  /**
   * The instant at which the clocks show a time, in seconds since 1970. A time they skip is taken as after the skip, one
   * they show twice as its first showing.
   * @param wall the time on the clocks as if they were UTC, in seconds since 1970
   */
  instantAt(wall: number): number {
    const constant = this.offsetOfDay(Math.floor(wall / DAY_SECONDS));
    if (constant !== null) return wall - constant;
    const before = this.offsetAt(wall - DAY_SECONDS);
    const first = wall - before;
    if (this.offsetAt(first) === before) return first;
    const after = this.offsetAt(wall + DAY_SECONDS);
    const second = wall - after;
    return this.offsetAt(second) === after ? second : first;
  }

  private wholeUtcDay(day: number): number | null {
    const known = this.offsetOfUtcDay.get(day);
    if (known !== undefined) return known;
    const start = this.lookUp(day * DAY_SECONDS);
    const offset = start === this.lookUp((day + 1) * DAY_SECONDS - 1) ? start : null;
    this.offsetOfUtcDay.set(day, offset);
    return offset;
  }

  private lookUp(epoch: number): number {
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.format.formatToParts(epoch * 1000)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - epoch;
  }
}

/** `+08:00`, as PostgreSQL reads it. */
export function offsetText(seconds: number): string {
  const size = Math.abs(seconds);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60];
  if (size % 60 !== 0) parts.push(size % 60);
  return (seconds < 0 ? '-' : '+') + parts.map((part) => String(part).padStart(2, '0')).join(':');
}
