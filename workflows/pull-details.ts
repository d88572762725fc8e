import { PULL_STATE_NAMES, type PullInput, type PullOutcome } from '../domain/source-words';

/** What an operator reads in the Temporal UI about a pull: counts, codes and instants only. */
export function renderPull({ company, source, period }: PullInput, outcome: PullOutcome | null): string {
  const { zh, en } = PULL_STATE_NAMES[outcome?.state ?? 'fetching'];
  const lines = [`### ${zh} ${en}`, `**${company}** ${source} ${period}`];
  if (outcome === null) return lines.join('\n\n');
  const { parts, whole, rows, codes, nextTryAt } = outcome;
  lines.push(`已到 whole: **${whole}** / ${parts} · 行 rows: ${rows}`);
  if (codes.length > 0) lines.push(`原因 why: ${codes.map((code) => `\`${code}\``).join(' ')}`);
  if (nextTryAt !== null) lines.push(`下次 next: ${nextTryAt.slice(0, 19).replace('T', ' ')} UTC`);
  return lines.join('\n\n');
}
