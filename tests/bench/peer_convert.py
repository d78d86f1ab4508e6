"""Make a peer's own model of a forest of XGBoost's. Run by the Python that has the peer.

    peer_convert.py PEER FOREST.json OUT
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from peer_forest import Forest, lightgbm_text, onnx_model


def to_lightgbm(source, out):
    out.write_text(lightgbm_text(Forest(source)))


def to_onnxruntime(source, out):
    out.write_bytes(onnx_model(Forest(source)).SerializeToString())


def to_treelite(source, out):
    """C of tl2cgen's, built by gcc, some trees a file: one file of all takes the compiler hours."""
    import tl2cgen
    import treelite

    model = treelite.frontend.load_xgboost_model(str(source))
    tl2cgen.export_lib(model, toolchain="gcc", libpath=str(out), nthread=1,
                       params={"parallel_comp": max(1, model.num_tree // 10)})


def to_lleaves(source, out):
    import lleaves

    text = out.with_suffix(".txt")
    built = out.with_suffix(".o")
    to_lightgbm(source, text)
    built.unlink(missing_ok=True)
    lleaves.Model(model_file=str(text)).compile(cache=str(built), raw_score=True)
    subprocess.run(["gcc", "-shared", "-o", str(out), str(built), "-lm"], check=True)


def to_lignum(source, out):
    import lignum

    with tempfile.TemporaryDirectory() as folder:
        lignum.load(str(source)).compile(library=str(out), work_dir=folder, jobs=1)


CONVERTERS = {
    "lightgbm": to_lightgbm,
    "onnxruntime": to_onnxruntime,
    "treelite": to_treelite,
    "lleaves": to_lleaves,
    "lignum-compiled": to_lignum,
}


if __name__ == "__main__":
    CONVERTERS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
