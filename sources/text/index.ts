export { DIGITS_MAX, readAmount, readDecimal, readRate } from './amounts';
export { isCurrency, readCurrency } from './currencies';
export { isDay, readDay, readMoment, type Moment } from './dates';
export { EncodingVote, type Encoding, type Recognised } from './encodings';
export { readAs, trimCell, unreadable, type Reading } from './reading';
export { recogniseFile, utf8Chunks } from './text-file';
export { toUtf8, UNDECODABLE } from './transcode';
export { ZoneClock } from './zone-clock';
