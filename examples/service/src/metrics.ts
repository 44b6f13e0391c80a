import { memory } from '@tensorflow/tfjs-core';

/** The upper ends of the times that are counted, in seconds. */
const ends = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, Infinity];

/** What the service did, in the text format of Prometheus. */
export interface Metrics {
  /** A request was answered. */
  count(route: string, status: number, seconds: number): void;
  text(items: number): string;
}

export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const times = new Map<string, { counts: number[]; sum: number }>();
  return {
    count(route, status, seconds) {
      const key = `route="${route}",status="${status}"`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
      const time = times.get(route) ?? { counts: ends.map(() => 0), sum: 0 };
      times.set(route, time);
      time.sum += seconds;
      ends.forEach((end, i) => {
        if (seconds <= end) time.counts[i] = (time.counts[i] ?? 0) + 1;
      });
    },
    text(items) {
      const lines = ['# TYPE service_requests_total counter'];
      for (const [key, count] of requests) lines.push(`service_requests_total{${key}} ${count}`);
      lines.push('# TYPE service_request_seconds histogram');
      for (const [route, { counts, sum }] of times) {
        ends.forEach((end, i) => {
          const le = end === Infinity ? '+Inf' : end;
          lines.push(`service_request_seconds_bucket{route="${route}",le="${le}"} ${counts[i]}`);
        });
        lines.push(`service_request_seconds_sum{route="${route}"} ${sum}`);
        lines.push(`service_request_seconds_count{route="${route}"} ${counts.at(-1)}`);
      }
      const gauges = {
        service_items: items,
        service_tensors: memory().numTensors,
        process_resident_memory_bytes: process.memoryUsage().rss,
      };
      for (const [name, value] of Object.entries(gauges)) {
        lines.push(`# TYPE ${name} gauge`, `${name} ${value}`);
      }
      const { user, system } = process.cpuUsage();
      lines.push('# TYPE process_cpu_seconds_total counter');
      lines.push(`process_cpu_seconds_total ${(user + system) / 1e6}`);
      return `${lines.join('\n')}\n`;
    },
  };
}
