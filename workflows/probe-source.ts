import { probeSource as probe } from './steps';

/** Tests a source, or counts what a month of it would bring. What was found stands in the probe's row. */
export async function probeSource({ probeId }: { readonly probeId: number }): Promise<void> {
  await probe({ probeId });
}
