"""The works that models, values and solvers come from, as BibTeX."""

from collections.abc import Iterable
from dataclasses import dataclass

from anodex.models.materials.references import (
    CAO_2023,
    GONG_2023,
    WANG_2020,
    ZHANG_2024,
    ZHANG_SODIUM_OXYGEN,
)

FROM_MEMORY = "bibliographic data from memory: check before use"


@dataclass(frozen=True)
class Reference:
    """A work.

    Attributes
    ----------
    key, kind
        Of its BibTeX entry.
    cited_as
        How sources in the data base name it; "" where none does.
    fields
        Of the entry: names and texts.
    """

    key: str
    kind: str
    cited_as: str
    fields: tuple[tuple[str, str], ...]

    def bibtex(self) -> str:
        """The entry."""
        lines = [f"  {name} = {{{text}}}," for name, text in self.fields]
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}"])


def _work(key: str, kind: str, cited_as: str = "", **fields: str) -> Reference:
    return Reference(key, kind, cited_as, tuple(fields.items()))


PAPERS = (
    _work(
        "zhang-sodium-oxygen",
        "misc",
        ZHANG_SODIUM_OXYGEN,
        author="Zhang, Xia and Zhang, Shenghang and Lu, Jie and Tang, Fengcheng and Dong, "
        "Kang and Yu, Zhenjiang and Hilger, Andr{\\'e} and Osenberg, Markus and Mark{\\\"o}tter, "
        "Henning and Wilde, Fabian and Zhang, Shu and Zhao, Jingwen and Xu, Gaojie and Manke, "
        "Ingo and Sun, Fu and Cui, Guanglei",
        title="{Unveiling the Electro-Chemo-Mechanical Failure Mechanism of Sodium Metal "
        "Anodes in Sodium-Oxygen Batteries by Synchrotron X-ray Computed Tomography}",
        note="journal, year and doi are not on the copy at hand",
    ),
    _work(
        "cao-2023",
        "article",
        CAO_2023,
        author="Cao, Daxian and Zhang, Kena and Li, Wei and Zhang, Yuxuan and Ji, Tongtai "
        "and Zhao, Xianhui and Cakmak, Ercan and Zhu, Juner and Cao, Ye and Zhu, Hongli",
        title="{Nondestructively Visualizing and Understanding the Mechano-Electro-chemical "
        'Origins of "Soft Short" and "Creeping" in All-Solid-State Batteries}',
        journal="Advanced Functional Materials",
        year="2023",
        doi="10.1002/adfm.202307998",
    ),
    _work(
        "zhang-2024",
        "article",
        ZHANG_2024,
        author="Zhang, Shengming and Hu, Bingkun and Geng, Zeyang and Gao, Xiangwen and "
        "Spencer-Jolly, Dominic and Melvin, Dominic L. R. and Ning, Ziyang and Li, Guanchen "
        "and Jenkins, Max and Wang, Longlong and Gao, Hui and Pu, Shengda D. and Marrow, "
        "T. James and Monroe, Charles W. and Bruce, Peter G.",
        title="{Influence of contouring the lithium metal/solid electrolyte interface on "
        "the critical current for dendrites}",
        journal="Energy {\\&} Environmental Science",
        volume="17",
        pages="1448",
        year="2024",
        doi="10.1039/d3ee03322h",
        note="the last two authors after the addresses for correspondence: the list on the "
        "copy at hand is cut off",
    ),
    _work(
        "gong-2023",
        "article",
        GONG_2023,
        author="Gong, Chen and Pu, Shengda D. and Zhang, Shengming and Yuan, Yi and Ning, Ziyang "
        "and Yang, Sixie and Gao, Xiangwen and Chau, Chloe and Li, Zixuan and Liu, Junliang and "
        "Pi, Liquan and Liu, Boyang and Capone, Isaac and Hu, Bingkun and Melvin, Dominic L. R. "
        "and Pasta, Mauro and Bruce, Peter G. and Robertson, Alex W.",
        title="{The role of an elastic interphase in suppressing gas evolution and promoting "
        "uniform electroplating in sodium metal anodes}",
        journal="Energy {\\&} Environmental Science",
        year="2023",
        doi="10.1039/d2ee02606f",
    ),
)

VALUES = (
    _work(
        "wang-2020",
        "article",
        WANG_2020,
        author="Wang, Michael J. and Chang, Jia-Yuan and Wolfenstine, Jeffrey B. and "
        "Sakamoto, Jeff",
        title="{Analysis of elastic, plastic, and creep properties of sodium metal and "
        "implications for solid-state batteries}",
        journal="Materialia",
        volume="12",
        pages="100792",
        year="2020",
        note=FROM_MEMORY,
    ),
    _work(
        "masias-2019",
        "article",
        "Masias et al., J. Mater. Sci. 54 (2019) 2585",
        author="Masias, Alvaro and Felten, Nando and Garcia-Mendez, Regina and "
        "Wolfenstine, Jeff and Sakamoto, Jeff",
        title="{Elastic, plastic, and creep mechanical properties of lithium metal}",
        journal="Journal of Materials Science",
        volume="54",
        pages="2585--2600",
        year="2019",
        note=FROM_MEMORY,
    ),
    _work(
        "roy-2021",
        "article",
        "Roy, Fleck and Deshpande (2021)",
        author="Roy, Ushasi and Fleck, Norman A. and Deshpande, Vikram S.",
        title="{An assessment of a mechanism for void growth in Li anodes}",
        journal="Extreme Mechanics Letters",
        volume="46",
        pages="101307",
        year="2021",
        note=FROM_MEMORY,
    ),
    _work(
        "lepage-2019",
        "article",
        "LePage et al., J. Electrochem. Soc. (2019)",
        author="LePage, William S. and Chen, Yuxin and Kazyak, Eric and Chen, Kuan-Hung and "
        "Sanchez, Adrian J. and Poli, Andrea and Arruda, Ellen M. and Thouless, M. D. and "
        "Dasgupta, Neil P.",
        title="{Lithium Mechanics: Roles of Strain Rate and Temperature and Implications "
        "for Lithium Metal Batteries}",
        journal="Journal of The Electrochemical Society",
        volume="166",
        pages="A89--A97",
        year="2019",
        note=FROM_MEMORY,
    ),
    _work(
        "anand-narayan-2019",
        "article",
        "Anand and Narayan (2019)",
        author="Anand, Lallit and Narayan, Sooraj",
        title="{An Elastic-Viscoplastic Model for Lithium}",
        journal="Journal of The Electrochemical Society",
        volume="166",
        pages="A1092--A1095",
        year="2019",
        note=FROM_MEMORY,
    ),
    _work(
        "hong-viswanathan-2018",
        "article",
        "Hong and Viswanathan (2018)",
        author="Hong, Zijian and Viswanathan, Venkatasubramanian",
        title="{Phase-Field Simulations of Lithium Dendrite Growth with Open-Source Software}",
        journal="ACS Energy Letters",
        volume="3",
        pages="1737--1743",
        year="2018",
        note=FROM_MEMORY,
    ),
)

SOFTWARE = (
    _work(
        "dolfinx",
        "misc",
        author="Baratta, Igor A. and Dean, Joseph P. and Dokken, J{\\o}rgen S. and Habera, "
        "Michal and Hale, Jack S. and Richardson, Chris N. and Rognes, Marie E. and Scroggs, "
        "Matthew W. and Sime, Nathan and Wells, Garth N.",
        title="{DOLFINx: The next generation FEniCS problem solving environment}",
        year="2023",
        doi="10.5281/zenodo.10447666",
        note=FROM_MEMORY,
    ),
    _work(
        "ufl",
        "article",
        author="Aln{\\ae}s, Martin S. and Logg, Anders and {\\O}lgaard, Kristian B. and "
        "Rognes, Marie E. and Wells, Garth N.",
        title="{Unified Form Language: A domain-specific language for weak formulations of "
        "partial differential equations}",
        journal="ACM Transactions on Mathematical Software",
        volume="40",
        year="2014",
        doi="10.1145/2566630",
        note=FROM_MEMORY,
    ),
    _work(
        "petsc",
        "techreport",
        author="Balay, Satish and others",
        title="{PETSc/TAO Users Manual}",
        institution="Argonne National Laboratory",
        number="ANL-21/39",
        url="https://petsc.org",
        note="authors, revision and year: those of the version used, see the summary",
    ),
    _work(
        "mumps",
        "article",
        author="Amestoy, Patrick R. and Duff, Iain S. and L'Excellent, Jean-Yves and Koster, Jacko",
        title="{A Fully Asynchronous Multifrontal Solver Using Distributed Dynamic Scheduling}",
        journal="SIAM Journal on Matrix Analysis and Applications",
        volume="23",
        pages="15--41",
        year="2001",
        note=FROM_MEMORY,
    ),
    _work(
        "gmsh",
        "article",
        author="Geuzaine, Christophe and Remacle, Jean-Fran{\\c c}ois",
        title="{Gmsh: A 3-D finite element mesh generator with built-in pre- and "
        "post-processing facilities}",
        journal="International Journal for Numerical Methods in Engineering",
        volume="79",
        pages="1309--1331",
        year="2009",
        doi="10.1002/nme.2579",
        note=FROM_MEMORY,
    ),
)


def references_in(source: str) -> list[Reference]:
    """The works that a source of the data base names."""
    return [work for work in (*PAPERS, *VALUES) if work.cited_as in source]


def papers(keys: Iterable[str]) -> list[Reference]:
    """The papers with these keys."""
    return [next(paper for paper in PAPERS if paper.key == key) for key in keys]
