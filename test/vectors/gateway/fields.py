"""Names and kinds of fields of Deribit's methods, out of its OpenAPI document (docs.deribit.com):

    python3 fields.py deribit_openapi.json > deribit.json
"""

import json
import sys

d = json.load(open(sys.argv[1]))
S = d['components']['schemas']
R = d['components'].get('responses', {})
def deref(s):
    while '$ref' in s:
        p=s['$ref'].split('/'); s=(S if p[2]=='schemas' else R)[p[3]]
    return s
def shape(s,depth=0):
    s=deref(s)
    if depth>5: return {}
    if 'allOf' in s:
        out={}
        for x in s['allOf']:
            sh=shape(x,depth+1)
            if isinstance(sh,dict): out.update(sh)
        return out
    if s.get('type')=='array':
        return [shape(s.get('items',{}),depth+1)]
    if 'properties' in s:
        req=set(s.get('required',[]))
        return {k+('' if k in req else '?'):shape(v,depth+1) for k,v in s['properties'].items()}
    t=s.get('type')
    return t if isinstance(t,str) else 'any'
out={}
for p,v in sorted(d['paths'].items()):
    op=v['get']; r=op['responses'].get('200',{})
    r=deref(r)
    res={}
    try:
        c=deref(r['content']['application/json']['schema'])
        res=shape(c.get('properties',{}).get('result',{}))
    except KeyError: pass
    out[p[1:]]={'params':[x['name']+('' if x.get('required') else '?') for x in op.get('parameters',[])],'result':res}
source = 'docs.deribit.com, OpenAPI 2.1.1: names and kinds of fields; ? is optional'
lines = ',\n'.join(f'{json.dumps(k)}:{json.dumps(v, separators=(",", ":"))}' for k, v in out.items())
print(f'{{"source":{json.dumps(source)},"methods":{{\n{lines}\n}}}}')
