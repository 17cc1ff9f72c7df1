const since = { 'example.net': '2024', 'example.com': '2025' };

export default {
  name: 'partners',
  api: 1,

  policy: { // bindings: {plugin: partners.Table, point: Policy, stages: [find]}
    Table(query) {
      if (query.name() !== 'partners') return null;
      const value = since[query.key()]; // throw: cannot tell, which is not "not there"
      return value === undefined ? null : { value, ttl: '5m' };
    },
  },
};
