/** The shapes clients of the API work with, for those written in TypeScript. Types only. */
export type { DoctorReport } from './doctor';
export type { ProblemBody } from './problems';
export type { BatchTotals, BatchView } from '../store/batches';
export type { CloseProgress } from '../store/close-progress';
export type { HandMatched } from '../store/decisions/match-by-hand';
export type { Resolved } from '../store/decisions/resolve';
export type { Undone } from '../store/decisions/undo';
export type { Unmatched } from '../store/decisions/unmatch';
export type { ExceptionDetail } from '../store/detail/exception-detail';
export type { MatchDetail } from '../store/detail/match-detail';
export type { ExceptionView } from '../store/exceptions';
export type { ExceptionGroup } from '../store/exceptions/groups';
export type { NoteView } from '../store/exceptions/notes';
export type { Proposed } from '../store/journal/propose';
export type { MailView } from '../store/mails';
export type { MatchView } from '../store/matches';
export type { CloseStatusDocument } from '../store/status';
