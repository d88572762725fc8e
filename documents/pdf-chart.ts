import { SaxesParser } from 'saxes';
import { CHART_WIDTH } from './chart';
import { BOLD, CONTENT_WIDTH, ensureRoom, PAGE, REGULAR, type Pdf } from './pdf-page';

type Attributes = Readonly<Record<string, string>>;

interface Drawn {
  readonly name: string;
  readonly attributes: Attributes;
  text: string;
}

/** Draws a chart of documents/chart as vectors, so that HTML and PDF show the same picture. */
export function drawChartSvg(pdf: Pdf, svg: string): void {
  const elements = elementsOf(svg);
  const scale = CONTENT_WIDTH / CHART_WIDTH;
  const height = Number(elements[0]?.attributes['height'] ?? 0) * scale;
  ensureRoom(pdf, height + 8);
  const top = pdf.y + 4;
  pdf.save().translate(PAGE.left, top).scale(scale);
  for (const element of elements) {
    if (element.name === 'path') drawPath(pdf, element.attributes);
    else if (element.name === 'text') drawText(pdf, element);
  }
  pdf.restore();
  pdf.x = PAGE.left;
  pdf.y = top + height + 4;
}

/** The SVG's elements in drawing order; groups only carry clips, which plain charts do without. */
function elementsOf(svg: string): Drawn[] {
  const elements: Drawn[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => elements.push({ name, attributes, text: '' }));
  parser.on('text', (text) => {
    const last = elements.at(-1);
    if (last?.name === 'text') last.text += text;
  });
  parser.write(svg).close();
  return elements;
}

function drawPath(pdf: Pdf, attributes: Attributes): void {
  const { d = '', fill = 'none', stroke = 'none' } = attributes;
  const filled = fill !== 'none' && attributes['fill-opacity'] !== '0';
  const stroked = stroke !== 'none' && attributes['stroke-width'] !== '0';
  if (!filled && !stroked) return;
  pdf.save().transform(...matrixOf(attributes['transform']));
  pdf.path(d).lineWidth(Number(attributes['stroke-width'] ?? 1));
  if (filled && stroked) pdf.fillAndStroke(fill, stroke);
  else if (filled) pdf.fill(fill);
  else pdf.stroke(stroke);
  pdf.restore();
}

function drawText(pdf: Pdf, { attributes, text }: Drawn): void {
  const style = attributes['style'] ?? '';
  const size = Number(/font-size:([\d.]+)px/.exec(style)?.[1] ?? 12);
  pdf.save().transform(...matrixOf(attributes['transform']));
  pdf
    .font(/font-weight:(600|bold)/.test(style) ? BOLD : REGULAR)
    .fontSize(size)
    .fillColor(attributes['fill'] ?? '#000');
  const shift = { start: 0, middle: 0.5, end: 1 }[attributes['text-anchor'] ?? 'start'] ?? 0;
  const x = Number(attributes['x'] ?? 0) - pdf.widthOfString(text) * shift;
  // "central" sets the text's middle on y; the letters' middle is about a third of the size above the baseline.
  const baseline = Number(attributes['y'] ?? 0) + (attributes['dominant-baseline'] === 'central' ? size * 0.36 : 0);
  pdf.text(text, x, baseline, { baseline: 'alphabetic', lineBreak: false });
  pdf.restore();
}

type Matrix = [number, number, number, number, number, number];

/** `translate(x y)` and `matrix(a,b,c,d,e,f)` are all that charts use. */
function matrixOf(transform: string | undefined): Matrix {
  const numbers = (transform ?? '').match(/-?[\d.]+(?:e-?\d+)?/g)?.map(Number) ?? [];
  if (transform?.startsWith('matrix') === true && numbers.length === 6) return numbers as Matrix;
  return [1, 0, 0, 1, numbers[0] ?? 0, numbers[1] ?? 0];
}
