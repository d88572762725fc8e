/** The shapes clients of the API work with, for those written in TypeScript. Types only. */
export type { DoctorReport } from './doctor';
export type { ProblemBody } from './problems';
export type { BatchTotals, BatchView } from '../store/batches';
export type { CloseProgress } from '../store/close-progress';
export type { ExceptionView } from '../store/exceptions';
export type { MatchView } from '../store/matches';
export type { CloseStatusDocument } from '../store/status';
