import type { ListedMember } from '../../domain/bundle';
import { MEMBER } from '../../domain/bundle';
import type { Fault } from '../../domain/verify/faults';
import type { BundleArchive } from './archive';

/** What does not fit in a bundle, in the order it was found, and which members are already blamed. */
export class Findings {
  readonly faults: Fault[] = [];
  private readonly blamed = new Set<string>();

  constructor(readonly archive: BundleArchive) {}

  add(member: string, ...faults: readonly Fault[]): void {
    if (faults.length === 0) return;
    this.faults.push(...faults);
    this.blamed.add(member);
  }

  /** Whether a member is there; one that is not is a fault, told once. */
  needs(member: string, month?: string): boolean {
    if (this.archive.has(member)) return true;
    if (!this.blamed.has(member)) this.add(member, memberMissing(member, month));
    return false;
  }

  /** Holds the members against the manifest. One that is blamed already is not told again. */
  async compareWith(listed: readonly ListedMember[]): Promise<void> {
    for (const { name, bytes, sha256 } of listed) {
      if (!this.needs(name) || this.blamed.has(name)) continue;
      const digest = await this.archive.digest(name);
      if (digest.sha256 !== sha256 || digest.bytes !== bytes) this.add(name, memberChanged(name));
    }
    const known = new Set([MEMBER.manifest, ...listed.map(({ name }) => name)]);
    for (const name of this.archive.names()) {
      if (!known.has(name) && !this.blamed.has(name)) this.add(name, memberAdded(name));
    }
  }
}

function memberMissing(key: string, month: string | undefined): Fault {
  return {
    code: 'MEMBER_MISSING',
    ...(month === undefined ? {} : { month }),
    key,
    zh: `证据包缺少文件 ${key}`,
    en: `the bundle lacks the member ${key}`,
  };
}

function memberChanged(key: string): Fault {
  return {
    code: 'MEMBER_CHANGED',
    key,
    zh: `文件 ${key} 与证据包清单不符`,
    en: `the member ${key} is not as the bundle’s manifest lists it`,
  };
}

function memberAdded(key: string): Fault {
  return {
    code: 'MEMBER_ADDED',
    key,
    zh: `文件 ${key} 不在证据包清单内`,
    en: `the member ${key} is not in the bundle’s manifest`,
  };
}
