import type { Draws } from '../../../sample/draws';

export interface Customer {
  readonly no: string;
  readonly name: string;
}

const PLACES = ['上海', '苏州', '无锡', '杭州', '宁波', '南京', '合肥', '武汉', '长沙', '成都', '青岛', '厦门'];
const FIRST = ['明', '恒', '嘉', '远', '瑞', '华', '鼎', '信', '康', '泰', '永', '安', '博', '诚', '兴', '隆', '源'];
const SECOND = ['珠', '通', '禾', '达', '丰', '锦', '盛', '和', '美', '利', '创', '星', '海', '川', '新', '润', '峰'];
const SUFFIXES = ['商贸有限公司', '贸易有限公司', '实业有限公司', '百货有限公司', '电子商务有限公司'];
/** Characters a hurried hand or an optical reader takes for one another. */
const LOOKALIKE = '鑫';

/** The company's customers: a circle that keeps buying, and new ones for stories that need a clean balance. */
export class Customers {
  private readonly circle: Customer[] = [];
  private count = 0;

  constructor(size: number) {
    for (let i = 0; i < size; i++) this.circle.push(this.fresh());
  }

  pick(draws: Draws): Customer {
    return draws.pick(this.circle);
  }

  /** The customer whose number is the next one. */
  neighbour({ no }: Customer): Customer {
    const at = this.circle.findIndex((one) => one.no === no);
    return this.circle[(at + 1) % this.circle.length] ?? this.fresh();
  }

  /** A customer nobody else trades with. */
  fresh(): Customer {
    const index = this.count++;
    return { no: `C${100_001 + index}`, name: nameOf(index) };
  }

  /** Two companies whose names differ by one character. */
  namesakes(): readonly [Customer, Customer] {
    const one = this.fresh();
    const other = this.fresh();
    return [one, { no: other.no, name: one.name.slice(0, 3) + LOOKALIKE + one.name.slice(4) }];
  }
}

function nameOf(index: number): string {
  const at = (from: readonly string[], step: number): string => from[Math.floor(index / step) % from.length] ?? '';
  const number = Math.floor(index / (PLACES.length * FIRST.length * SECOND.length * SUFFIXES.length));
  const name =
    at(PLACES, 1) +
    at(FIRST, PLACES.length) +
    at(SECOND, PLACES.length * FIRST.length) +
    at(SUFFIXES, PLACES.length * FIRST.length * SECOND.length);
  return number === 0 ? name : name.replace('有限公司', `${number}店有限公司`);
}
