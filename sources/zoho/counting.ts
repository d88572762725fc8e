import { readCount } from './answers';
import type { ZohoClient } from './client';
import { isoOf } from './instants';
import type { ObjectPart } from './objects';
import type { Plan } from './plan';
import { daysOf } from '../../domain/periods';

/** How many records Zoho counts in a part; undefined where it cannot tell, or does not let us ask. */
export async function countOf(
  client: ZohoClient,
  plan: Plan,
  object: ObjectPart,
  month: string,
): Promise<number | undefined> {
  const criteria = criteriaOf(plan, object, month);
  if (criteria === undefined) return undefined;
  const module = plan.module(object);
  const query = criteria === '' ? {} : { criteria };
  const reply = await client.ask({ module, path: `${module}/actions/count`, query, accepts: () => true }, readCount);
  if (reply.state === 'none') return 0;
  return reply.state === 'data' ? reply.value : undefined;
}

/** What the records of a part have in common; empty for all there are, undefined where no criterion says it. */
function criteriaOf(plan: Plan, object: ObjectPart, month: string): string | undefined {
  switch (object.gathering.by) {
    case 'all':
      return '';
    case 'changed':
      return `(Modified_Time:greater_equal:${plan.fromOf(object, month) ?? ''})`;
    case 'whole':
      return datedIn(plan, month);
    case 'named':
      return undefined;
  }
}

function datedIn(plan: Plan, month: string): string | undefined {
  const [way = [], ...others] = plan.dateWays;
  const [field = ''] = way;
  if (way.length !== 1 || others.length > 0) return undefined;
  const { begin, end } = plan.spanOf(month);
  const { first, last } = daysOf(month);
  const between = field.endsWith('_Time') ? [isoOf(begin), isoOf(end - 1_000)] : [first, last];
  return `(${field}:between:${between.join(',')})`;
}
