import { Draws, Topic } from './draws';

/** What the company sells. `percent` is the VAT rate: 13 goods, 9 farm produce, 6 services. Prices in fen, with tax. */
export interface Product {
  readonly no: string;
  readonly name: string;
  readonly percent: number;
  readonly price: bigint;
}

const GOODS: readonly (readonly [string, number, bigint])[] = [
  ['A4复印纸,70g 5包/箱', 13, 13_900n],
  ['A4复印纸,80g 5包/箱', 13, 16_800n],
  ['彩色打印纸 100张', 13, 3_650n],
  ['中性笔 0.5mm 黑 12支', 13, 1_880n],
  ['白板笔 8色套装', 13, 2_490n],
  ['文件夹 A4 双强力夹', 13, 1_290n],
  ['档案盒 55mm 10只', 13, 6_500n],
  ['订书机 省力型', 13, 3_900n],
  ['碎纸机 5级保密', 13, 86_900n],
  ['激光打印机 黑白双面', 13, 149_900n],
  ['硒鼓 88A 兼容', 13, 9_800n],
  ['人体工学椅', 13, 89_900n],
  ['升降办公桌 1.4米', 13, 169_900n],
  ['会议桌 2.4米', 13, 258_000n],
  ['LED台灯 护眼', 13, 12_900n],
  ['27英寸显示器', 13, 119_900n],
  ['无线键鼠套装', 13, 11_900n],
  ['投影幕布 100英寸', 13, 45_900n],
  ['不锈钢保温杯 "青禾" 定制', 13, 5_980n],
  ['抽纸 3层100抽 24包', 13, 4_590n],
  ['瓶装水 550ml 24瓶', 13, 3_600n],
  ['速溶咖啡 100条', 13, 9_900n],
  ['劳保手套 12双', 13, 2_880n],
  ['应急药箱', 13, 15_900n],
  ['西湖龙井 特级 250g', 9, 38_800n],
  ['安吉白茶 250g', 9, 29_800n],
  ['五常大米 10kg', 9, 12_800n],
  ['新疆和田枣 1kg', 9, 5_990n],
  ['赣南脐橙 10斤', 9, 6_880n],
  ['散养鸡蛋 60枚', 9, 7_980n],
  ['菜籽油 5L', 9, 8_990n],
  ['鲜花速递 办公桌花', 9, 9_900n],
  ['配送及上楼服务', 6, 8_000n],
  ['家具安装服务', 6, 15_000n],
  ['打印机年度保养', 6, 60_000n],
  ['企业礼品定制设计', 6, 120_000n],
];

export const PRODUCTS: readonly Product[] = GOODS.map(([name, percent, price], i) => ({
  no: `P${String(i + 1).padStart(4, '0')}`,
  name,
  percent,
  price,
}));

export const SALESPEOPLE: readonly string[] = [
  '张伟',
  '王芳',
  '李娜',
  '刘强',
  '陈晓东',
  '杨柳',
  '黄海燕',
  '周子轩',
  '吴雨桐',
  '徐志远',
  '孙悦',
  '马骏',
];

/** A customer and the region it belongs to. */
export interface Customer {
  readonly no: string;
  readonly name: string;
  readonly region: string;
}

const CITIES: readonly (readonly [string, string])[] = [
  ['杭州', '华东'],
  ['宁波', '华东'],
  ['上海', '华东'],
  ['苏州', '华东'],
  ['南京', '华东'],
  ['合肥', '华东'],
  ['广州', '华南'],
  ['深圳', '华南'],
  ['厦门', '华南'],
  ['南宁', '华南'],
  ['北京', '华北'],
  ['天津', '华北'],
  ['石家庄', '华北'],
  ['太原', '华北'],
  ['武汉', '华中'],
  ['长沙', '华中'],
  ['郑州', '华中'],
  ['成都', '西南'],
  ['重庆', '西南'],
  ['昆明', '西南'],
  ['西安', '西北'],
  ['兰州', '西北'],
  ['沈阳', '东北'],
  ['哈尔滨', '东北'],
];
const FIRST = [
  '云',
  '锦',
  '瑞',
  '华',
  '鑫',
  '恒',
  '嘉',
  '启',
  '博',
  '远',
  '德',
  '盛',
  '天',
  '泽',
  '金',
  '永',
  '和',
  '君',
  '安',
  '明',
  '宏',
  '新',
  '海',
  '众',
  '佳',
  '信',
  '兴',
  '卓',
  '雅',
  '正',
];
const SECOND = [
  '辰',
  '源',
  '达',
  '通',
  '泰',
  '丰',
  '润',
  '创',
  '联',
  '品',
  '图',
  '森',
  '诚',
  '顺',
  '航',
  '越',
  '朗',
  '景',
  '庆',
  '康',
  '科',
  '力',
  '峰',
  '邦',
  '晟',
  '禾',
  '益',
  '隆',
  '宇',
  '光',
];
const TRADES = [
  '商贸',
  '科技',
  '实业',
  '文化传媒',
  '信息技术',
  '餐饮管理',
  '物业服务',
  '教育咨询',
  '建筑工程',
  '医疗器械',
  '酒店管理',
  '电子商务',
];
const FORMS = ['有限公司', '有限公司', '有限公司', '股份有限公司', '有限责任公司', '经营部'];

/** Customer number n, from 0. */
export function customerAt(seed: number, n: number): Customer {
  const draws = new Draws(seed, Topic.Customer, n);
  const [city, region] = draws.pick(CITIES);
  const name = `${city}${draws.pick(FIRST)}${draws.pick(SECOND)}${draws.pick(TRADES)}${draws.pick(FORMS)}`;
  return { no: `C${String(n + 1).padStart(5, '0')}`, name, region };
}
