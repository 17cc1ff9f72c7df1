// The plugin API as scripts see it. Generated: ./mta script types FILE. Put it beside your scripts and begin a script with
//   /// <reference path="./mta.d.ts" />
//   /** @type {import('./mta.d.ts').Script} */

export type Json = string | number | boolean | null | ReadonlyArray<any> | { [key: string]: any };
/** '1h30m', or milliseconds. */
export type Duration = string | number;
/** A Date, ISO 8601, or milliseconds since 1970. */
export type Time = Date | string | number;
export type Octets = string | ArrayBuffer | ReadonlyArray<number>;
/** Made by mta.accept, mta.refuse, mta.later, mta.hold, mta.discard. */
export interface Verdict { readonly __verdict: unique symbol }
/** Nothing: no opinion. A string: a refusal, '550 5.7.1 Not here'. */
export type Answered = Verdict | string | null | void | Promise<Verdict | string | null | void>;
export interface Answer<V> { value: V; ttl: Duration }
export interface Content { size(): number; text(most?: number): string; latin1(most: number): string; open(): InputStream }
export interface InputStream { read(most: number): string | null; close(): void }
export interface OutputStream { write(text: string): void; close(): void }
export interface InetAddress { getHostAddress(): string; isLoopbackAddress(): boolean; isSiteLocalAddress(): boolean; network(bits: number): string }
export interface InetSocketAddress { getAddress(): InetAddress | null; getHostString(): string; getPort(): number }
export interface HttpAnswer { status(): number; ok(): boolean; text(): string; header(name: string): string | null }
export interface State {
  get(key: string): string | number | boolean | null;
  put(key: string, value: string | number | boolean, ttl?: string): void;
  putIfAbsent(key: string, value: string | number | boolean, ttl: string): any;
  incr(key: string, ttl: string, by?: number): number;
  remove(key: string): void;
  size(): number;
}

declare global {
  const mta: {
    next(): Verdict;
    accept(scope?: 'stage' | 'message' | 'session'): Verdict;
    refuse(reply: string, options?: { close: boolean }): Verdict;
    later(when: Duration | Date, reply?: string): Verdict;
    hold(reason: string): Verdict;
    discard(reason: string): Verdict;
    now(): Date;
    after(duration: Duration): Date;
    ms(duration: Duration): number;
    daysSince(date: string): number;
    config(key: string): any;
    log(level: 'error' | 'warn' | 'info' | 'debug', text: string): void;
    lookup(table: string, key: string): string | null;
    state(name: string): State;
    header(name: string, value: string): Header;
    readonly http: {
      get(url: string, options?: { headers?: { [name: string]: string }, timeout?: Duration }): HttpAnswer;
      post(url: string, options: { body?: string, headers?: { [name: string]: string }, timeout?: Duration }): HttpAnswer;
    };
    readonly dns: {
      mx(domain: string): ReadonlyArray<{ preference: number, host: string }>;
      addresses(host: string): ReadonlyArray<string>;
      a(name: string): ReadonlyArray<string>;
      txt(name: string): ReadonlyArray<string>;
      ptr(address: string): ReadonlyArray<string>;
    };
    readonly records: { emit(kind: string, fields: { [name: string]: string | number | boolean }): void };
  };
}
