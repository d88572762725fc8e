import { FILE_LIMITS } from '../http/download';
import { PAGE_LIMITS } from '../http/exchange';
import { PATIENCE } from '../http/patience';

/** How long a channel is waited for, and how often it is asked again within one pull. */
export interface Endurance {
  readonly answers: { readonly seconds: number; readonly mostBytes: number };
  readonly files: { readonly seconds: number; readonly mostBytes: number };
  readonly patience: { readonly tries: number; readonly firstPauseMs: number; readonly longestPauseMs: number };
}

export const ENDURANCE: Endurance = {
  answers: { ...PAGE_LIMITS, mostBytes: 1 << 20 },
  files: FILE_LIMITS,
  patience: PATIENCE,
};
