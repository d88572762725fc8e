export { ExactJson, isObject, readJson, type Json, type JsonObject } from './json';
export type { Each, MappedRecord, PartRows, RecordsKind, Rule, Ruling } from './kind';
export { endLine, headerLine, recordLine, type RecordsHeader } from './lines';
export { recordsReader } from './reader';
export { mappingOf, sampleRow } from './sample';
export type { MappingPlan } from './mapping';
export { asDate, cellOf, idOf } from './values';
