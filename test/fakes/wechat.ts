import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { addDays, addMonths, dayIn, instantOf } from '../../domain/periods';
import { certificateOf } from './certificate';
import { startFakeHttp, type FakeAnswer, type FakeHttp, type FakeRequest } from './fake-http';
import { bare, isSignedBy, keyPairOf, pem, signatureOf } from './rsa';
import { Shop } from './shop';
import { fundBill, tradeBill } from './wechat-bills';

const ZONE = 'Asia/Shanghai';
const SKEW_SECONDS = 300;
const FUND_QPS = 3;
const TRADE = '/v3/bill/tradebill';
const FUND = '/v3/bill/fundflowbill';
const FILE = '/v3/billdownload/file';
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  [TRADE]: ['bill_date', 'bill_type', 'tar_type', 'sub_mchid'],
  [FUND]: ['bill_date', 'account_type', 'tar_type'],
};

export interface FakeWechatOptions {
  readonly now?: () => Date;
  readonly port?: number;
  readonly seed?: string;
  readonly mchid?: string;
  /** Days without a movement. */
  readonly quiet?: readonly string[];
}

/** How it behaves; changed at any time. */
export interface WechatManners {
  /** `probe` is a wrong signature on purpose, `other-key` one by a key nobody knows. */
  signs: 'public-key' | 'certificate' | 'wrong' | 'probe' | 'other-key' | 'never';
  /** How many of the next answers are probes, whatever `signs` says. */
  probes: number;
  /** How far its clock is off. */
  skewSeconds: number;
  /** Refusals of the next questions for a link, one each. */
  readonly refusals: { readonly status: number; readonly code: string }[];
  linkSeconds: number;
  /** Links belong to another merchant. */
  linksOfOthers: boolean;
  changeBill: (bill: Buffer) => Buffer;
  changePacked: (packed: Buffer) => Buffer;
  /** The status of NO_STATEMENT_EXIST: some clients saw 404. */
  noneStatus: 400 | 404;
}

export interface FakeWechat extends FakeHttp {
  readonly manners: WechatManners;
  /** What a source is set up with to reach it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Settings with a platform certificate instead of the public key. */
  readonly certificateSettings: Readonly<Record<string, string>>;
  readonly shop: Shop;
  readonly tokens: readonly string[];
}

/** The bill interface of WeChat Pay v3 over bills of a made shop. */
export async function startFakeWechat(options: FakeWechatOptions = {}): Promise<FakeWechat> {
  const wechat = new WechatServer(options);
  const http = await startFakeHttp({
    handler: (request) => wechat.answer(request),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  wechat.url = http.url;
  const { manners, shop, tokens, secrets, merchantSettings, keySettings, certificateSettings } = wechat;
  const base = { ...merchantSettings, apiUrl: http.url };
  return {
    ...http,
    ...{ manners, shop, tokens, secrets },
    settings: { ...base, ...keySettings },
    certificateSettings: { ...base, ...certificateSettings },
  };
}

interface Link {
  readonly bill: Buffer;
  readonly packed: boolean;
  readonly until: number;
}

class WechatServer {
  url = '';
  readonly tokens: string[] = [];
  readonly manners: WechatManners = {
    signs: 'public-key',
    probes: 0,
    skewSeconds: 0,
    refusals: [],
    linkSeconds: 30,
    linksOfOthers: false,
    changeBill: (bill) => bill,
    changePacked: (packed) => packed,
    noneStatus: 400,
  };
  readonly shop: Shop;
  private readonly merchant = keyPairOf('wechat merchant');
  private readonly platform = keyPairOf('wechat platform');
  private readonly keyId = 'PUB_KEY_ID_0116000000012026000000000000000001';
  private readonly certificateSerial = '5F00AA11BB22CC33DD44EE55FF66007788990011';
  private readonly merchantSerial = '1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C';
  private readonly links = new Map<string, Link>();
  private readonly nonces = new Set<string>();
  private fundCalls: number[] = [];
  private readonly mchid: string;

  constructor(private readonly options: FakeWechatOptions) {
    this.mchid = options.mchid ?? '1900000109';
    this.shop = new Shop(options.seed ?? 'wechat', new Set(options.quiet));
  }

  get merchantSettings(): Record<string, string> {
    return { mchid: this.mchid, serialNo: this.merchantSerial };
  }

  get keySettings(): Record<string, string> {
    return { platformKeyId: this.keyId, platformKey: bare(this.platform.publicKey) };
  }

  get certificateSettings(): Record<string, string> {
    const other = certificateOf(keyPairOf('wechat former platform'), '4A'.repeat(20));
    return { platformCertificates: [other, certificateOf(this.platform, this.certificateSerial)].join(',') };
  }

  get secrets(): Record<string, string> {
    return { privateKey: pem(this.merchant.privateKey) };
  }

  async answer(request: FakeRequest): Promise<FakeAnswer> {
    const wrong = this.wrongInSignature(request);
    if (wrong !== null) return this.reply(401, { code: 'SIGN_ERROR', message: wrong });
    if (request.path === FILE) return this.download(request);
    if (PARAMETERS[request.path] !== undefined) return this.question(request);
    return this.reply(404, { code: 'RESOURCE_NOT_EXISTS', message: 'no such path' });
  }

  private wrongInSignature({ method, target, headers, body }: FakeRequest): string | null {
    const [scheme, rest = ''] = (headers['authorization'] ?? '').split(/ (.*)/s);
    const said = Object.fromEntries([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));
    const { mchid, nonce_str: nonce = '', timestamp = '', serial_no: serial, signature = '' } = said;
    if (scheme !== 'WECHATPAY2-SHA256-RSA2048') return 'no such scheme';
    if (mchid !== this.mchid || serial !== this.merchantSerial) return 'no such merchant or certificate';
    if (!(headers['user-agent'] ?? '') || !/json|\*/.test(headers['accept'] ?? ''))
      return 'User-Agent or Accept missing';
    if (Math.abs(Number(timestamp) - this.seconds()) > SKEW_SECONDS) return 'the timestamp is out of date';
    if (nonce === '' || this.nonces.has(nonce)) return 'the nonce is used';
    this.nonces.add(nonce);
    const asked = headers['wechatpay-serial'];
    if (asked !== undefined && asked !== this.keyId) return 'no such platform key';
    const text = `${method}\n${target}\n${timestamp}\n${nonce}\n${body.toString('utf8')}\n`;
    return isSignedBy(this.merchant.publicKey, text, signature) ? null : `signature differs for ${target}`;
  }

  private question({ path, query }: FakeRequest): FakeAnswer {
    if (path === FUND && this.isTooOften()) return this.refuse(429, 'FREQUENCY_LIMITED');
    const refusal = this.manners.refusals.shift();
    if (refusal !== undefined) return this.refuse(refusal.status, refusal.code);
    const isKnown = [...query.keys()].every((name) => PARAMETERS[path]!.includes(name));
    const day = query.get('bill_date') ?? '';
    const tar = query.get('tar_type') ?? '';
    if (!isKnown || !/^\d{4}-\d\d-\d\d$/.test(day) || !['', 'GZIP'].includes(tar))
      return this.refuse(400, 'PARAM_ERROR');
    const now = this.now().getTime();
    const today = dayIn(now, ZONE);
    const oldest = `${addMonths(today.slice(0, 7), -3)}${today.slice(7)}`;
    if (day >= today || day < oldest) return this.refuse(400, 'INVALID_REQUEST');
    if (now < instantOf(addDays(day, 1), '09:30', ZONE)) return this.refuse(400, 'STATEMENT_CREATING');
    const account = query.get('account_type') ?? 'BASIC';
    const isNone = this.shop.quiet.has(day) || (path === FUND && account !== 'BASIC');
    if (isNone) return this.refuse(this.manners.noneStatus, 'NO_STATEMENT_EXIST');
    const subMchid = query.get('sub_mchid');
    const of = { mchid: this.mchid, day, ...(subMchid === null ? {} : { subMchid }) };
    return this.linkTo(path === FUND ? fundBill(this.shop, of) : tradeBill(this.shop, of), tar === 'GZIP');
  }

  private linkTo(made: Buffer, packed: boolean): FakeAnswer {
    const bill = this.manners.changeBill(made);
    const token = randomUUID().replaceAll('-', '');
    this.tokens.push(token);
    this.links.set(token, { bill, packed, until: this.now().getTime() + this.manners.linkSeconds * 1_000 });
    return this.reply(200, {
      download_url: `${this.url}${FILE}?token=${token}&tartype=${packed ? 'gzip' : ''}`,
      hash_type: 'SHA1',
      hash_value: createHash('sha1').update(bill).digest('hex'),
    });
  }

  /** No signature stands under a file. */
  private download({ query }: FakeRequest): FakeAnswer {
    const link = this.links.get(query.get('token') ?? '');
    const refuse = (status: number, code: string): FakeAnswer => ({
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, message: query.get('token') }),
    });
    if (this.manners.linksOfOthers) return refuse(403, 'NO_AUTH');
    if (link === undefined || this.now().getTime() > link.until) return refuse(400, 'INVALID_REQUEST');
    const body = link.packed ? this.manners.changePacked(gzipSync(link.bill)) : link.bill;
    return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body };
  }

  private refuse(status: number, code: string): FakeAnswer {
    // Messages of the real one repeat what was asked.
    return this.reply(status, { code, message: this.tokens.join(' ') });
  }

  private reply(status: number, node: Record<string, string>): FakeAnswer {
    const body = JSON.stringify(node);
    return { status, headers: { 'content-type': 'application/json', ...this.signature(body) }, body };
  }

  private signature(body: string): Record<string, string> {
    const { signs } = this.manners;
    if (signs === 'never') return {};
    const timestamp = String(this.seconds() + this.manners.skewSeconds);
    const nonce = randomUUID().replaceAll('-', '');
    const { privateKey } = signs === 'other-key' ? keyPairOf('nobody') : this.platform;
    const right = signatureOf(privateKey, `${timestamp}\n${nonce}\n${body}\n`);
    const isProbe = signs === 'probe' || this.manners.probes > 0;
    if (this.manners.probes > 0) this.manners.probes -= 1;
    const wrong = signatureOf(privateKey, `${timestamp}\n${nonce}\n${body} \n`);
    const serials = { certificate: this.certificateSerial, 'other-key': 'PUB_KEY_ID_0116000000099' } as const;
    return {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': signs === 'certificate' || signs === 'other-key' ? serials[signs] : this.keyId,
      'wechatpay-signature': isProbe ? `WECHATPAY/SIGNTEST/${right}` : signs === 'wrong' ? wrong : right,
    };
  }

  /** Counted by the machine's own clock, whatever day it plays. */
  private isTooOften(): boolean {
    const now = performance.now();
    this.fundCalls = [...this.fundCalls.filter((at) => at > now - 1_000), now];
    return this.fundCalls.length > FUND_QPS;
  }

  private seconds(): number {
    return Math.floor(this.now().getTime() / 1_000);
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }
}
