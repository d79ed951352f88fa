import sys, time, resource
import anodex
for line in sys.argv[1:]:
    label, *sets = line.split(";")
    changes = dict(s.split("=",1) for s in sets if s)
    for k,v in list(changes.items()):
        try: changes[k]=float(v)
        except ValueError: pass
    c=time.process_time()
    r=anodex.run("contoured_interface", changes, progress=False)
    keys=[k for k in r.observables if "pressure" in k or "ratio" in k or "critical" in k]
    print(label, "cpu %.1f"%(time.process_time()-c), "MiB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024, {k: r.observables[k].value for k in keys}, flush=True)
