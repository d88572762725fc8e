import { randomUUID } from 'node:crypto';
import { addDays, dayIn, instantOf, nextMonth } from '../../domain/periods';
import { zipOf, type ZipPart } from '../sources/zip';
import { daysOfBill, fundBill, tradeBill } from './alipay-bills';
import { classOf, METHOD, refuseClassic, refuseV3, v3Status, type Caller } from './alipay-checks';
import { startFakeHttp, type FakeAnswer, type FakeHttp, type FakeRequest } from './fake-http';
import { bare, keyPairOf, pem, signatureOf } from './rsa';
import { Shop } from './shop';

const V3_PATH = '/v3/alipay/data/dataservice/bill/downloadurl/query';
const ZONE = 'Asia/Shanghai';

export interface FakeAlipayOptions {
  readonly now?: () => Date;
  readonly port?: number;
  readonly seed?: string;
  /** 16 digits. */
  readonly merchant?: string;
  readonly appAuthToken?: string;
  /** Days without a movement. */
  readonly quiet?: readonly string[];
  /** The first day of the merchant. */
  readonly registered?: string;
}

/** How it behaves; changed at any time. */
export interface AlipayManners {
  signs: 'right' | 'wrong' | 'never';
  /** Codes that the next questions are refused with, one each. */
  readonly refusals: string[];
  /** A quiet day has a bill without rows instead of none. */
  emptyBills: boolean;
  linkSeconds: number;
  /** When a day's bill is there, HH:MM of the next day. */
  readyAt: string;
  changeFiles: (files: ZipPart[]) => ZipPart[];
  /** Days that the monthly bill leaves out. */
  readonly notInMonth: Set<string>;
}

export interface FakeAlipay extends FakeHttp {
  readonly manners: AlipayManners;
  /** What a source is set up with to reach it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly shop: Shop;
  /** Ids of the links handed out: each is as good as a password. */
  readonly tokens: readonly string[];
}

/** The bill interface of Alipay, classic and v3, over bills of a made shop. */
export async function startFakeAlipay(options: FakeAlipayOptions = {}): Promise<FakeAlipay> {
  const alipay = new AlipayServer(options);
  const http = await startFakeHttp({
    handler: (request) => alipay.answer(request),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  alipay.url = http.url;
  const { manners, shop, tokens, settings, secrets } = alipay;
  return { ...http, manners, shop, tokens, secrets, settings: { ...settings, gateway: `${http.url}/gateway.do` } };
}

type Verdict = { readonly url: string; readonly fileCode?: string } | { readonly refusal: string };

class AlipayServer {
  url = '';
  readonly tokens: string[] = [];
  readonly manners: AlipayManners = {
    signs: 'right',
    refusals: [],
    emptyBills: false,
    linkSeconds: 30,
    readyAt: '09:40',
    changeFiles: (files) => files,
    notInMonth: new Set(),
  };
  readonly shop: Shop;
  private readonly app = keyPairOf('alipay application');
  private readonly own = keyPairOf('alipay');
  private readonly links = new Map<string, { type: string; date: string; until: number }>();
  private readonly merchant: string;
  private readonly appId = '2021004100000001';

  constructor(private readonly options: FakeAlipayOptions) {
    this.merchant = options.merchant ?? '2088123456789012';
    this.shop = new Shop(options.seed ?? 'alipay', new Set(options.quiet));
  }

  get settings(): Record<string, string> {
    return { appId: this.appId, merchant: this.merchant, alipayPublicKey: bare(this.own.publicKey) };
  }

  get secrets(): Record<string, string> {
    const { appAuthToken } = this.options;
    return { privateKey: pem(this.app.privateKey), ...(appAuthToken === undefined ? {} : { appAuthToken }) };
  }

  async answer(request: FakeRequest): Promise<FakeAnswer> {
    if (request.path === '/gateway.do' && request.method === 'POST') return this.classic(request);
    if (request.path === V3_PATH && request.method === 'GET') return this.v3(request);
    if (request.path === '/downloadBillFile.resource') return this.download(request);
    return { status: 404, body: 'not found' };
  }

  private classic(request: FakeRequest): FakeAnswer {
    const given = Object.fromEntries([...request.query, ...new URLSearchParams(request.body.toString('utf8'))]);
    const refusal = refuseClassic(given, this.caller());
    if (refusal !== null) return this.classicReply({ refusal });
    const { bill_type: type, bill_date: date } = JSON.parse(given['biz_content']!) as Record<string, string>;
    return this.classicReply(this.decide(type, date));
  }

  private classicReply(verdict: Verdict): FakeAnswer {
    const node = this.classicNode(verdict);
    // PHP's way of writing slashes; the signature covers exactly this text.
    const text = JSON.stringify(node).replaceAll('/', '\\/');
    const sign = this.signature(text);
    const name = `${METHOD.replaceAll('.', '_')}_response`;
    const body = `{"${name}":${text}${sign === null ? '' : `,"sign":"${sign}"`}}`;
    return { status: 200, headers: { 'content-type': 'text/html;charset=utf-8', date: this.date() }, body };
  }

  private classicNode(verdict: Verdict): Record<string, string> {
    if ('url' in verdict) {
      const { url, fileCode } = verdict;
      const more = fileCode === undefined ? {} : { bill_file_code: fileCode };
      return { code: '10000', msg: 'Success', bill_download_url: url, ...more };
    }
    const { refusal } = verdict;
    const code = classOf(refusal);
    // The real one repeats the text it verified, with whatever secrets stand in it.
    const said = `${refusal} ${this.options.appAuthToken ?? ''} ${this.tokens.join(' ')}`;
    return { code, msg: 'Business Failed', sub_code: refusal, sub_msg: said };
  }

  private v3(request: FakeRequest): FakeAnswer {
    const refusal = refuseV3(request, this.caller());
    if (refusal !== null) return this.v3Reply({ refusal });
    return this.v3Reply(this.decide(request.query.get('bill_type') ?? '', request.query.get('bill_date') ?? ''));
  }

  private v3Reply(verdict: Verdict): FakeAnswer {
    const isDone = 'url' in verdict;
    const body = isDone
      ? {
          bill_download_url: verdict.url,
          ...(verdict.fileCode === undefined ? {} : { bill_file_code: verdict.fileCode }),
        }
      : { code: verdict.refusal.replace(/^(isp|isv|aop)\./, ''), message: this.tokens.join(' '), links: [] };
    const text = JSON.stringify(body);
    const [timestamp, nonce] = [String(this.now().getTime()), randomUUID()];
    const signature = this.signature(`${timestamp}\n${nonce}\n${text}\n`);
    const headers = {
      'content-type': 'application/json',
      date: this.date(),
      'alipay-trace-id': randomUUID(),
      'alipay-timestamp': timestamp,
      'alipay-nonce': nonce,
      ...(signature === null ? {} : { 'alipay-signature': signature }),
    };
    return { status: isDone ? 200 : v3Status(verdict.refusal), headers, body: text };
  }

  /** What becomes of a question that is signed as it should be. */
  private decide(type = '', date = ''): Verdict {
    const said = this.manners.refusals.shift();
    if (said !== undefined) return { refusal: said };
    if (type !== 'trade' && type !== 'signcustomer') return { refusal: 'TYPE_NOT_SUPPORTED' };
    if (!/^\d{4}-\d\d(-\d\d)?$/.test(date)) return { refusal: 'INVAILID_ARGUMENTS' };
    const now = this.now().getTime();
    if (date >= dayIn(now, ZONE).slice(0, date.length)) return { refusal: 'invalid_arguments' };
    if (date < (this.options.registered ?? '2020-01-01')) return { refusal: 'BILL_DATE_BEFORE_REGISTRATION' };
    const made = date.length === 7 ? `${nextMonth(date)}-03` : addDays(date, 1);
    if (now < instantOf(made, this.manners.readyAt, ZONE)) return { refusal: 'isp.bill_not_exist' };
    const isQuiet = daysOfBill(date).every((day) => this.shop.quiet.has(day));
    if (isQuiet && !this.manners.emptyBills) return { refusal: 'isp.bill_not_exist' };
    return { url: this.link(type, date), ...(isQuiet ? { fileCode: 'EMPTY_DATA_WITH_BILL_FILE' } : {}) };
  }

  private link(type: string, date: string): string {
    const id = randomUUID();
    this.tokens.push(id);
    this.links.set(id, { type, date, until: this.now().getTime() + this.manners.linkSeconds * 1_000 });
    const query = new URLSearchParams({
      bizType: type,
      userId: `${this.merchant}0156`,
      fileType: 'csv.zip',
      bizDates: date.replaceAll('-', ''),
      downloadFileName: `${this.merchant}0156_${date.replaceAll('-', '')}.csv.zip`,
      fileId: `/${type}/${id}`,
    });
    return `${this.url}/downloadBillFile.resource?${query.toString()}`;
  }

  private download({ query }: FakeRequest): FakeAnswer {
    const link = this.links.get((query.get('fileId') ?? '').split('/').at(-1)!);
    if (link === undefined || this.now().getTime() > link.until)
      return { status: 403, body: '<html>链接已失效</html>' };
    const days = daysOfBill(link.date).filter((day) => link.date.length === 10 || !this.manners.notInMonth.has(day));
    const make = link.type === 'trade' ? tradeBill : fundBill;
    const files = make(this.shop, { account: `${this.merchant}0156`, days });
    const headers = { 'content-type': 'application/octet-stream' };
    return { status: 200, headers, body: zipOf(this.manners.changeFiles(files)) };
  }

  private signature(text: string): string | null {
    const { signs } = this.manners;
    if (signs === 'never') return null;
    return signatureOf(this.own.privateKey, signs === 'right' ? text : `${text} `);
  }

  private caller(): Caller {
    const { appAuthToken } = this.options;
    const { publicKey } = this.app;
    return { appId: this.appId, publicKey, now: this.now(), ...(appAuthToken === undefined ? {} : { appAuthToken }) };
  }

  private date(): string {
    return this.now().toUTCString();
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }
}
