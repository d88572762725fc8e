import type { Bilingual } from '../../domain/words';

/** Why a row cannot be accepted. */
export interface RowFault {
  /** As the file names it. */
  readonly column: string;
  readonly value: string;
  readonly code: string;
  readonly reason: Bilingual;
}

/** Of a row that is wrong as a whole so much is told. */
const SHOWN = 200;

/** The row holds bytes that did not decode. */
export function brokenRow(cells: readonly string[]): RowFault {
  return {
    column: '',
    value: cells.find((cell) => cell.includes('\ufffd')) ?? '',
    code: 'UNDECODABLE',
    reason: {
      zh: '本行有无法解码的字节；请用正确的编码重新导出，或用 --encoding 指明编码',
      en: 'the row holds bytes that do not decode; export it again in a proper encoding, or name it with --encoding',
    },
  };
}

/** Text stands behind a closing quote. */
export function badQuotes(cells: readonly string[]): RowFault {
  return {
    column: '',
    value: cells.join(',').slice(0, SHOWN),
    code: 'BAD_QUOTES',
    reason: {
      zh: '引号之后还有内容；单元格内的引号须写成两个',
      en: 'text follows a closing quote; double the quotes inside a cell',
    },
  };
}

/** @param expected cells of the header */
export function wrongCellCount(raw: readonly string[], expected: number): RowFault {
  const found = raw.length;
  return {
    column: '',
    value: raw.join(',').slice(0, SHOWN),
    code: 'CELL_COUNT',
    reason: {
      zh: `本行有 ${found} 个单元格，表头有 ${expected} 列；含逗号的内容请加引号`,
      en: `the row has ${found} cells, the header ${expected}; put cells that hold a comma in quotes`,
    },
  };
}
