import type { Policy } from './company';
import { Decimal, type MoneyString } from './money';
import type { Role } from './words';

/** An approval that stands: given for the present figures, after the last rejection. */
export interface StandingApproval {
  readonly role: Role;
  readonly login: string;
}

/**
 * The roles whose approval a month needs, in order. A tier counts while the amount is above the tier before it; later
 * tiers add their roles to those before.
 * @param amount absolute open and written-off amount
 */
export function requiredApprovals(tiers: Policy['approvalTiers'], amount: MoneyString): Role[] {
  const roles = new Set<Role>();
  let below: string | null = null;
  for (const tier of tiers) {
    if (below !== null && new Decimal(amount).lte(below)) break;
    for (const role of tier.roles) roles.add(role);
    below = tier.upTo;
  }
  return [...roles];
}

/** The roles that have not approved yet. Each approval counts for one role and each person once. */
export function missingApprovals(required: readonly Role[], given: readonly StandingApproval[]): Role[] {
  const counted = new Set<string>();
  return required.filter((role) => {
    const approval = given.find((one) => one.role === role && !counted.has(one.login));
    if (approval !== undefined) counted.add(approval.login);
    return approval === undefined;
  });
}
