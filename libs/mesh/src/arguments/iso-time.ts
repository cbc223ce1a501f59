/** A point in time as ISO 8601 writes it. Fractions are kept to the millisecond. */
export interface IsoTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** Undefined without an offset; Z is 0. */
  readonly offsetMinutes: number | undefined;
}

export type IsoFault = "invalid_format" | "invalid_date" | "invalid_time";

// Anchored, no repeats within repeats; the length is checked first.
const iso = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:(Z)|([+-])(\d\d)(?::?(\d\d))?)?$/;
const maxLength = 40;
const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Reads `2024-01-15T10:30:00.5+07:00`; a space may stand for the T. Says what is wrong with any other text. */
export function parseIso(text: string): IsoTime | IsoFault {
  const match = text.length > maxLength ? null : iso.exec(text);
  if (match === null) return "invalid_format";
  const time: IsoTime = {
    year: Number(match[1]),
    month: Number(match[2]),
    day: Number(match[3]),
    hour: Number(match[4]),
    minute: Number(match[5]),
    second: Number(match[6]),
    millisecond: Number((match[7] ?? "").padEnd(3, "0").slice(0, 3)),
    offsetMinutes: match[8] === "Z" ? 0 : offsetMinutes(match[9], Number(match[10]), Number(match[11] ?? 0)),
  };
  if (Number.isNaN(time.offsetMinutes)) return "invalid_format";
  if (time.month < 1 || time.month > 12 || time.day < 1 || time.day > lastDay(time.year, time.month))
    return "invalid_date";
  if (time.hour > 23 || time.minute > 59 || time.second > 59) return "invalid_time";
  return time;
}

/** The moment in UTC. */
export function instantOf(time: IsoTime): Date {
  const date = new Date(0);
  date.setUTCFullYear(time.year, time.month - 1, time.day); // Date.UTC would take the year 24 for 1924
  date.setUTCHours(time.hour, time.minute - (time.offsetMinutes ?? 0), time.second, time.millisecond);
  return date;
}

/** The local time in one spelling: with a T, fractions only if there are any, and without an offset. */
export function localText(text: string): string {
  return text.replace(" ", "T").replace(",", ".").replace("Z", "");
}

function offsetMinutes(sign: string | undefined, hours: number, minutes: number): number | undefined {
  if (sign === undefined) return undefined;
  if (hours > 23 || minutes > 59) return Number.NaN;
  return (sign === "-" ? -1 : 1) * (hours * 60 + minutes);
}

function lastDay(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeapYear ? 29 : (daysOfMonth[month - 1] as number);
}
