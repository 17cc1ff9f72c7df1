export default {
  name: 'retries',
  api: 1,

  recordSink: {
    write(batch) { // in order
      for (const record of batch) {
        if (record.kind() !== 'Delivered') continue;
        mta.state('retries').incr(record.attempt() > 1 ? 'retried' : 'at once', '1d'); // shared by all contexts
      }
    },
  },
  recordFormat: {
    name: 'short',
    format: record => `${record.time().toISOString()} ${record.kind()}\n`,
  },
};
