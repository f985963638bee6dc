import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { duration } from "./duration.ts";

/** Whether the reader wants times in UTC instead of their own zone. */
export const UtcContext = createContext(false);

const DATE: Intl.DateTimeFormatOptions = { year: "numeric", month: "short", day: "numeric" };
const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };

const formats = new Map<string, Intl.DateTimeFormat>();
function format(options: Intl.DateTimeFormatOptions, utc: boolean): Intl.DateTimeFormat {
  const key = `${utc}${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(undefined, utc ? { ...options, timeZone: "UTC" } : options);
  formats.set(key, known);
  return known;
}

/** An instant in the reader's zone; the other form is what is shown on hover. */
export function Time({ at, show = "both" }: { readonly at: string; readonly show?: "both" | "clock" | "date" | "ago" }) {
  const utc = useContext(UtcContext);
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>{at}</span>;
  const options = show === "clock" ? CLOCK : show === "date" ? DATE : { ...DATE, ...CLOCK };
  const shown =
    show === "ago" ? ago(date.getTime(), Date.now()) : `${format(options, utc).format(date)}${utc && show !== "date" ? " UTC" : ""}`;
  const other = utc
    ? format({ ...DATE, ...CLOCK, timeZoneName: "short" }, false).format(date)
    : `${at.replace("T", " ").replace(/(\.000)?Z$/, "")} UTC`;
  return (
    <time dateTime={at} title={other} class="time">
      {shown}
    </time>
  );
}

/** @returns `3 min ago`; of what is still to come `in 3 min` */
function ago(at: number, now: number): string {
  const seconds = Math.round(Math.abs(now - at) / 1000);
  const words = seconds < 5 ? undefined : duration(seconds, 1);
  if (words === undefined) return "just now";
  return at <= now ? `${words} ago` : `in ${words}`;
}
