import { daysOf, instantOf } from '../../../domain/periods';
import { ObjectStore, type CrmRecord, type Made } from './store';

export interface BooksOptions {
  /** How many orders the month has; everything else follows. */
  readonly orders?: number;
  /** YYYY-MM */
  readonly month?: string;
  readonly seed?: number;
}

export type Books = ReadonlyMap<string, ObjectStore>;

const LINES = 2;
const PRODUCTS = 20;

/** The CRM of a company for one month, the same for the same seed; records are made when they are asked for. */
export function makeBooks({ orders = 50, month = '2026-10', seed = 1 }: BooksOptions = {}): Books {
  const maker = new Maker(orders, month, seed);
  return new Map([
    ['AccountObj', new ObjectStore(maker.customers())],
    ['ProductObj', new ObjectStore(maker.products())],
    ['SalesOrderObj', new ObjectStore(maker.orders())],
    ['SalesOrderProductObj', new ObjectStore(maker.lines())],
    ['ReturnedGoodsInvoiceObj', new ObjectStore(maker.returns())],
    ['PaymentObj', new ObjectStore(maker.payments())],
    ['OrderPaymentObj', new ObjectStore(maker.splits())],
    ['RefundObj', new ObjectStore(maker.refunds())],
    ['InvoiceApplicationObj', new ObjectStore(maker.invoices())],
  ]);
}

const STATUSES = [
  ['7', '已确认'],
  ['10', '已发货'],
  ['11', '已收货'],
  ['99', '已作废'],
  ['6', '确认中'],
] as const;
const TERMS = [
  ['1', '支付宝'],
  ['2', '微信支付'],
  ['3', '银行转账'],
  ['4', '现金'],
] as const;
/** Every fifth payment is for two orders, every seventh for none yet. */
const paysTwo = (payment: number): boolean => payment % 5 === 0;
const isAdvance = (payment: number): boolean => payment % 7 === 6;

class Maker {
  private readonly from: number;
  private readonly until: number;
  private readonly customersCount: number;

  constructor(
    private readonly count: number,
    private readonly month: string,
    private readonly seed: number,
  ) {
    const { first, last } = daysOf(month);
    this.from = instantOf(first, '00:00', 'Asia/Shanghai');
    this.until = instantOf(last, '23:59', 'Asia/Shanghai');
    this.customersCount = Math.min(100_000, Math.max(5, Math.ceil(count / 10)));
  }

  customers(): Made {
    return this.made(1, this.customersCount, (i) => ({
      ...this.head(1, i, this.from),
      name: `客户${String(i)}有限公司`,
      account_no: customerNo(i),
    }));
  }

  products(): Made {
    return this.made(2, PRODUCTS, (i) => ({
      ...this.head(2, i, this.from),
      name: `产品${String(i)}`,
      product_code: `P${String(i).padStart(4, '0')}`,
      price: '10.00',
    }));
  }

  orders(): Made {
    return this.made(3, this.count, (i) => {
      const at = this.timeOf(i);
      const [status, label] = STATUSES[this.chance(i, 7) % 100 < 80 ? i % 3 : 3 + (i % 2)] ?? STATUSES[0];
      const customer = this.customerOf(i);
      return {
        ...this.head(3, i, at),
        name: this.orderNo(i),
        account_id: idOf(1, customer),
        account_id__r: `客户${String(customer)}有限公司`,
        order_time: at,
        order_amount: yuan(this.orderCents(i)),
        order_status: status,
        order_status__r: label,
        life_status: status === '6' ? 'under_review' : 'normal',
        remark: null,
      };
    });
  }

  lines(): Made {
    const make = (j: number): CrmRecord => {
      const order = Math.floor(j / LINES);
      const product = this.chance(j, 3) % PRODUCTS;
      return {
        ...this.head(4, j, this.timeOf(order)),
        name: `DDCP${String(j).padStart(8, '0')}`,
        order_id: idOf(3, order),
        order_id__r: this.orderNo(order),
        product_id: idOf(2, product),
        product_id__r: `产品${String(product)}`,
        quantity: '1.00',
        product_price: yuan(this.lineCents(j)),
        sales_price: yuan(this.lineCents(j)),
        discount: '100.00',
        subtotal: yuan(this.lineCents(j)),
      };
    };
    const placesOf = (field: string, id: string): number[] | undefined => {
      const order = indexOf(3, id) ?? this.count;
      return field === 'order_id'
        ? [order * LINES, order * LINES + 1].filter((j) => j < this.count * LINES)
        : undefined;
    };
    return this.made(4, this.count * LINES, make, placesOf);
  }

  payments(): Made {
    return this.made(5, Math.floor(this.count / 2), (p) => {
      const at = this.timeOf(2 * p) + 1_000;
      const [term, label] = TERMS[p % TERMS.length] ?? TERMS[0];
      return {
        ...this.head(5, p, at),
        name: paymentNo(p),
        account_id: idOf(1, this.customerOf(2 * p)),
        payment_time: at,
        payment_amount: yuan(this.paymentCents(p)),
        payment_term: term,
        payment_term__r: label,
        remark: `回款${String(p)}`,
      };
    });
  }

  splits(): Made {
    const make = (s: number): CrmRecord | null => {
      const payment = Math.floor(s / 2);
      if (isAdvance(payment) || (s % 2 === 1 && !paysTwo(payment))) return null;
      const at = this.timeOf(2 * payment) + 1_000;
      return {
        ...this.head(6, s, at),
        name: `HKMX${String(s).padStart(8, '0')}`,
        payment_id: idOf(5, payment),
        payment_id__r: paymentNo(payment),
        order_id: idOf(3, s),
        order_id__r: this.orderNo(s),
        account_id: idOf(1, this.customerOf(2 * payment)),
        payment_time: at,
        payment_amount: yuan(this.orderCents(s)),
      };
    };
    const count = Math.floor(this.count / 2) * 2;
    const placesOf = (field: string, id: string): number[] | undefined => {
      const payment = indexOf(5, id) ?? count;
      return field === 'payment_id' ? [2 * payment, 2 * payment + 1].filter((s) => s < count) : undefined;
    };
    return this.made(6, count, make, placesOf);
  }

  returns(): Made {
    return this.made(7, Math.floor(this.count / 20), (r) => {
      const at = Math.min(this.timeOf(20 * r) + 86_400_000, this.until);
      return {
        ...this.head(7, r, at),
        ...this.ofOrder(20 * r),
        name: `TH${String(r).padStart(6, '0')}`,
        returned_goods_time: at,
        returned_goods_inv_amount: yuan(this.lineCents(20 * r * LINES)),
        returned_goods_reason: '1',
        returned_goods_reason__r: '质量问题',
      };
    });
  }

  refunds(): Made {
    return this.made(8, Math.floor(this.count / 50), (r) => {
      const at = Math.min(this.timeOf(50 * r) + 2 * 86_400_000, this.until);
      return {
        ...this.head(8, r, at),
        ...this.ofOrder(50 * r),
        name: `TK${String(r).padStart(6, '0')}`,
        refunded_time: at,
        refunded_amount: yuan(this.lineCents(50 * r * LINES)),
        refunded_method: '3',
        refunded_method__r: '银行转账',
      };
    });
  }

  invoices(): Made {
    return this.made(9, Math.floor(this.count / 4), (v) => {
      const at = this.timeOf(4 * v) + 5_000;
      return {
        ...this.head(9, v, at),
        ...this.ofOrder(4 * v),
        name: `KP${String(v).padStart(6, '0')}`,
        invoice_applied_amount: yuan(this.orderCents(4 * v)),
        invoice_date: at,
        invoice_no: v % 6 === 5 ? null : `2644${String(v).padStart(16, '0')}`,
        invoice_type: '1',
        invoice_title: '客户抬头',
      };
    });
  }

  private made(
    kind: number,
    count: number,
    make: (index: number) => CrmRecord | null,
    placesOf?: NonNullable<Made['placesOf']>,
  ): Made {
    return {
      count,
      idAt: (index) => idOf(kind, index),
      indexAfter: (id) => (id === '' ? 0 : (indexOf(kind, id) ?? -1) + 1),
      make,
      newest: this.until + 10_000,
      ...(placesOf ? { placesOf } : {}),
    };
  }

  private head(kind: number, index: number, at: number) {
    return {
      _id: idOf(kind, index),
      object_describe_id: null,
      record_type: 'default__c',
      life_status: 'normal',
      lock_status: '0',
      is_deleted: false,
      version: '1',
      owner: ['1000'],
      owner__r: { id: '1000', name: '张三' },
      create_time: at,
      last_modified_time: at,
    };
  }

  private ofOrder(order: number) {
    return {
      order_id: idOf(3, order),
      order_id__r: this.orderNo(order),
      account_id: idOf(1, this.customerOf(order)),
    };
  }

  private orderNo(index: number): string {
    return `SO${this.month.replace('-', '')}-${String(index).padStart(7, '0')}`;
  }

  private customerOf(order: number): number {
    return this.chance(order, 1) % this.customersCount;
  }

  /** Orders come evenly over the month. */
  private timeOf(order: number): number {
    const span = this.until - this.from - 60_000;
    return this.from + Math.floor((span * order) / Math.max(1, this.count));
  }

  private lineCents(line: number): number {
    return 1_000 + (this.chance(line, 2) % 900_000);
  }

  private orderCents(order: number): number {
    return this.lineCents(order * LINES) + this.lineCents(order * LINES + 1);
  }

  private paymentCents(payment: number): number {
    return (
      this.orderCents(2 * payment) + (paysTwo(payment) && !isAdvance(payment) ? this.orderCents(2 * payment + 1) : 0)
    );
  }

  /** A number that looks drawn and is always the same. */
  private chance(index: number, salt: number): number {
    let x = (index * 0x9e3779b1 + salt * 0x85ebca6b + this.seed * 0xc2b2ae35) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d) >>> 0;
    return (x ^ (x >>> 15)) >>> 0;
  }
}

function idOf(kind: number, index: number): string {
  return kind.toString(16).padStart(8, '6') + index.toString(16).padStart(16, '0');
}

function indexOf(kind: number, id: string): number | null {
  return id.slice(0, 8) === kind.toString(16).padStart(8, '6') ? Number.parseInt(id.slice(8), 16) : null;
}

function customerNo(index: number): string {
  return `C${String(index).padStart(6, '0')}`;
}

function paymentNo(index: number): string {
  return `HK${String(index).padStart(8, '0')}`;
}

/** Money as the CRM writes it. */
function yuan(cents: number): string {
  return (cents / 100).toFixed(2);
}
