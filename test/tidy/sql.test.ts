import { filesIn, ROOMS, stringsOf } from './house';

const SQL =
  /\b(SELECT\b[\s\S]*\bFROM|INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|TRUNCATE\s|(CREATE|ALTER|DROP)\s+(TABLE|ROLE|DATABASE|INDEX|FUNCTION|TRIGGER)|COPY\s+\S+.*\s(FROM|TO)\s+STDIN|LOCK\s+TABLE)\b/;
const SQL_ROOMS = ['store', 'prisma', 'test', 'bench'];

function withSql(room: string): string[] {
  return filesIn(room, '.ts').filter((file) => stringsOf(file).some((text) => SQL.test(text)));
}

describe('SQL', () => {
  it('stands in store/, where the check finds it', () => {
    expect(withSql('store').length).toBeGreaterThan(5);
  });

  it.each(ROOMS.filter((room) => !SQL_ROOMS.includes(room)))('does not stand in %s/', (room) => {
    expect(withSql(room)).toEqual([]);
  });
});
