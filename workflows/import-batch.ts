import { readBatch } from './steps';

/** Reads one file into the books. What becomes of it stands in the batch's row. */
export async function importBatch({ batchId }: { readonly batchId: number }): Promise<void> {
  await readBatch({ batchId });
}
